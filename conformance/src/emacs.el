;;; What the scripts of the tests say in one word.  -*- lexical-binding: t -*-

(require 'json)
(require 'eglot)
(require 'flymake)

(defconst wait 60 "Seconds.")

;; What the person at the keyboard would answer.
(setq eglot-confirm-server-edits nil
      eglot-sync-connect t
      make-backup-files nil
      create-lockfiles nil)

(defun finish (file script)
  "Open FILE, run SCRIPT and write down what it gives."
  (find-file file)
  (let ((answer (funcall script)))
    (with-temp-file "answer.json" (insert (json-encode answer)))))

(defun wait-until (what condition)
  "Wait until CONDITION gives something; WHAT says so when it never does."
  (let ((end (time-add nil wait)) found)
    (while (not (setq found (funcall condition)))
      (when (time-less-p end nil) (error "Waited in vain until %s" what))
      (accept-process-output nil 0.01)
      ;; Without a command loop and a screen, this is what Emacs would do when nobody types.
      (run-hooks 'post-command-hook)
      (when (eglot-managed-p) (eglot--signal-textDocument/didChange))
      (flymake-start))
    found))

(defun server ()
  "The server that looks at the file, once it does."
  (wait-until "the server is there" #'eglot-current-server))

(defun diagnostics (count)
  "The diagnostics of the file, once there are COUNT, in the order of their places."
  (server)
  (wait-until (format "there are %d diagnostics" count)
              (lambda () (and (bound-and-true-p flymake-mode) (= (length (flymake-diagnostics)) count))))
  (sort (flymake-diagnostics) (lambda (one other) (< (flymake-diagnostic-beg one) (flymake-diagnostic-beg other)))))

(defun place (position)
  "The line and the column of POSITION, from 0."
  (save-excursion
    (goto-char position)
    (vector (1- (line-number-at-pos)) (current-column))))

(defun go-to (text)
  "Go to where TEXT begins."
  (goto-char (point-min))
  (search-forward text)
  (goto-char (match-beginning 0)))
